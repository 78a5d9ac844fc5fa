"""The forms of all actions, described in forms.yaml and built from it."""
