"""The estate as people edit it while the gateway runs: places, homes and devices, whole lists of them, and newcomers."""
