"""The service as it is served: settings, addresses, sign-in, screens."""
