"""Adapters of `delivery.port.Carrier`, each written to the public documentation that its module names."""
