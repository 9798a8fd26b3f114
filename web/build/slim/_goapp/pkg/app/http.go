package app

import "strings"

// Handler serves an app. Here the server of ours does, so there is nothing to set.
type Handler struct{}

const defaultThemeColor = "#2d2c2c"

func isRemoteLocation(path string) bool {
	return strings.HasPrefix(path, "https://") || strings.HasPrefix(path, "http://")
}
