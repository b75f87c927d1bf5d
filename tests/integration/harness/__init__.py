"""What the integration tests stand on: real servers, scripted liars, clients, and the daemon under test."""
