"""The sitebook: the site as people edit it, from the site file and what was saved on the screens."""
