"""What the edges share: sentences, templates, components. Knows how things are shown, never what may be done."""
