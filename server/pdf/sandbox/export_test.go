package sandbox

// Limit sets the child's limits on this process.
var Limit = limit
