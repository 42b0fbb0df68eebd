"""From stored values to what the API says: names for ids, sentences for reasons, times as people read them."""
