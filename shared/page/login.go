package page

// Paths of the way in and out.
const (
	PathLogin    = "/login"
	PathRegister = "/register"
	PathReset    = "/reset"
	PathLogout   = "/logout"
)

// Form fields of PathLogin and PathRegister, and the query that carries where the
// person was going.
const (
	LoginFieldNext         = "next"
	LoginFieldBy           = "by"    // LoginWay
	LoginFieldEnded        = "ended" // "1": the person was logged in, too long ago
	LoginFieldDo           = "do"    // which button: LoginDoCode or LoginDoEnter
	LoginFieldName         = "name"
	LoginFieldDocument     = "number"
	LoginFieldDocumentType = "type"
	LoginFieldPhone        = "phone"
	LoginFieldCode         = "code"
	LoginFieldPassword     = "password"
)

// What a press on the page of login or registration means.
const (
	LoginDoCode  = "code"  // send a text message
	LoginDoEnter = "enter" // log in, register
)

// LoginWay is how a person proves who they are.
type LoginWay string

// The ways.
const (
	LoginByPassword LoginWay = "password" // 密码登录
	LoginBySMS      LoginWay = "sms"      // 短信登录
)

// Login is the state of PathLogin.
type Login struct {
	Service  string        `json:"service"`
	Way      LoginWay      `json:"way"`
	Next     string        `json:"next,omitempty"` // where the person was going, "" for home
	SignedIn bool          `json:"signedIn,omitempty"`
	Ended    bool          `json:"ended,omitempty"`    // a login ended for lack of use
	Document string        `json:"document,omitempty"` // as typed
	Phone    string        `json:"phone,omitempty"`    // as typed
	Code     string        `json:"code,omitempty"`     // as typed
	Sent     CodeSent      `json:"sent"`
	Problems []Problem     `json:"problems,omitempty"`
	Demo     []DemoAccount `json:"demo,omitempty"` // demo mode only
	Care     CareHere      `json:"care"`
}

// CodeSent is what became of 【获取验证码】.
type CodeSent struct {
	Message string `json:"message,omitempty"` // said beside the button, "" before it was pressed
	Wait    int    `json:"wait,omitempty"`    // seconds until another code can be asked for
	Inbox   string `json:"inbox,omitempty"`   // demo mode: where the message can be read
}

// DemoAccount is one of the demo people on the login page.
type DemoAccount struct {
	Name     string `json:"name"`
	Document string `json:"document"`
	Phone    string `json:"phone"`
	Password string `json:"password"`
}

// Register is the state of PathRegister and PathReset, which ask the same.
type Register struct {
	Reset        bool      `json:"reset,omitempty"` // 重设密码
	Next         string    `json:"next,omitempty"`
	Name         string    `json:"name,omitempty"`
	DocumentType string    `json:"documentType"`
	Document     string    `json:"document,omitempty"`
	Phone        string    `json:"phone,omitempty"`
	Code         string    `json:"code,omitempty"`
	Sent         CodeSent  `json:"sent"`
	Problems     []Problem `json:"problems,omitempty"`
}

// Logout is the state of PathLogout.
type Logout struct {
	SignedIn bool `json:"signedIn"`
}
