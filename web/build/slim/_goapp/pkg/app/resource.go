package app

// Addresses are written in full by the views; nothing is looked up below /web/.
func clientResourceResolver(string) func(string) string { return func(s string) string { return s } }

func resolveOGResource(_, location string) string { return location }
