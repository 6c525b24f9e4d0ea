"""The worker: what must happen whether or not anybody looks at a page."""
