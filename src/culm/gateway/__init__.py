"""The HTTP door: requests become commands, answers become JSON, and every error becomes one problem
document. It knows no context: each brings its own routes, and stands on this package."""
