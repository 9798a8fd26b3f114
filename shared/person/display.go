package person

// Display is how screens look to a person.
type Display string

// The displays.
const (
	Standard Display = ""
	Care     Display = "care" // 关怀模式: large type, large targets, fewer things
)
