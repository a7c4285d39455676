"""Programs of the project itself, which nobody needs to run the platform."""
