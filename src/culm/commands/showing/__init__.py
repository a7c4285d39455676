"""The demonstration: what `culm demo` does, a part of the story a file."""
