package bank

import "shebao/shared/bankapi"

// Is reports that a NotSentError is bankapi.ErrNotSent, which callers who do not know
// this package ask for.
func (e *NotSentError) Is(target error) bool { return target == bankapi.ErrNotSent }
