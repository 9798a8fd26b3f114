package page

// Form fields of 他人.
const (
	FieldOtherName        = "name"
	FieldOtherType        = "type"
	FieldOtherNumber      = "number"
	FieldOtherNationality = "nationality"
	FieldOtherConsent     = "consent"
	FieldOtherRemember    = "remember"
	FieldOtherRefresh     = "refresh" // button: show the nationalities of the chosen document
	FieldOtherSaved       = "saved"   // id of a 常用缴费人
	FieldSavedLabel       = "label"   // what the owner calls one
	FieldSavedRemove      = "remove"  // id of the one to forget
)

// PayOther is the form that says who the principal is, as typed so far.
type PayOther struct {
	Name        string      `json:"name,omitempty"`
	Type        string      `json:"type"`
	Number      string      `json:"number,omitempty"`
	Nationality string      `json:"nationality,omitempty"`
	Types       []PayOption `json:"types"`
	Countries   []PayOption `json:"countries"` // all, with the documents that they go with
	Consented   bool        `json:"consented,omitempty"`
	Guardian    bool        `json:"guardian,omitempty"` // the principal is under 14
	Remember    bool        `json:"remember,omitempty"`
	Saved       []SavedPay  `json:"saved,omitempty"`
	Manage      string      `json:"manage,omitempty"` // path of the list of 常用缴费人
}

// PayOption is one answer of a list.
type PayOption struct {
	Value string   `json:"value"`
	Label string   `json:"label"`
	With  []string `json:"with,omitempty"` // values of PayOther.Type that it goes with; none: with every
}

// SavedPay is one 常用缴费人.
type SavedPay struct {
	ID     string `json:"id"`
	Label  string `json:"label"`  // as the person calls them, or the masked name
	Number string `json:"number"` // kind and masked number
}

// PatternMedicalSaved is the list of 常用缴费人: people pay medical dues for them.
const PatternMedicalSaved = PathPayees

// SavedPeople is the state of PatternMedicalSaved.
type SavedPeople struct {
	People   []SavedPay `json:"people,omitempty"`
	Edit     *SavedPay  `json:"edit,omitempty"`   // the one whose label is being changed
	Remove   *SavedPay  `json:"remove,omitempty"` // the one to forget, before 确定
	Problems []Problem  `json:"problems,omitempty"`
}
