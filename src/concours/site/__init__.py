"""Settings, addresses, sign-in, middleware, delivery of notices."""
