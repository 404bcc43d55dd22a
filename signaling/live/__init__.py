"""The sockets of kiosks and desks: messages in become events, what is to be shown goes out."""
