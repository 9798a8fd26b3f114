package account

import (
	"shebao/shared/api"
	"shebao/shared/words"
)

// The refusals. Compare with errors.Is.
var (
	// ErrLogin says that login and password don't go together.
	ErrLogin = api.Refuse("login_refused", words.LoginRefused)
	// ErrLocked says that there were too many wrong passwords for this login,
	// whether it is known or not.
	ErrLocked = api.Refuse("login_locked", words.LoginLocked)
	// ErrCode says that a code is wrong, used, too old, or was tried too often.
	ErrCode = api.Refuse("code_refused", words.CodeRefused)
	// ErrCodeTooSoon says that the last code is less than a minute old.
	ErrCodeTooSoon = api.Refuse("code_too_soon", words.CodeTooSoon)
	// ErrCodeTooMany says that the day's codes are used up.
	ErrCodeTooMany = api.Refuse("code_too_many", words.CodeTooMany)
	// ErrRegister says that name, document and phone are not registered together.
	ErrRegister = api.Refuse("register_refused", words.RegisterRefused)
	// ErrRegistered says, to someone who has proved who they are, that they, or
	// their phone, have an account.
	ErrRegistered = api.Refuse("registered", words.Registered)
	// ErrBusy says that too many people are logging in at this moment.
	ErrBusy = api.Unavailable("")
)
