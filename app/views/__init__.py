"""Widgets that draw values; they know neither the session nor the model."""
