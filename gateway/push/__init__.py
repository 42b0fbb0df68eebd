"""Push: the HTTP door for devices that cannot speak MQTT; who sends is proven, and the answer follows the commit."""
