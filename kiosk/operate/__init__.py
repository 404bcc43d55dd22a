"""Remote operation of one window of the kiosk's desktop: asked for, granted by the resident's touch, bounded, revocable, on record."""
