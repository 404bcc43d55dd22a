"""The use cases: what happens when something happens. Knows the domain and its own small ports; every library is behind one."""
