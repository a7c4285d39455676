"""Bank accounts elsewhere that customers have linked: verified, paid into, collected from."""
