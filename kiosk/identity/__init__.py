"""Identity cards at the kiosk: a port for readers, a stand-in, readers of other houses as processes, and the way to the page."""
