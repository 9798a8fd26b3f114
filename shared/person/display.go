package person

// Display is how screens look to a person.
type Display string

// The displays. 关怀模式 has large type, large targets and fewer things; its two larger
// forms have larger type still.
const (
	Standard Display = ""
	Care     Display = "care"    // body text of 20 px
	CareMore Display = "care-24" // 24 px
	CareMost Display = "care-30" // 30 px
)

// Cares are the forms of 关怀模式 by the size of their type.
var Cares = []Display{Care, CareMore, CareMost}

// Careful tells whether d is a form of 关怀模式.
func (d Display) Careful() bool { return d.Size() > 0 }

// Size is the body text's size in CSS px in 关怀模式, 0 outside it.
func (d Display) Size() int {
	switch d {
	case Care:
		return 20
	case CareMore:
		return 24
	case CareMost:
		return 30
	case Standard:
	}
	return 0
}

// CareOf is the form of 关怀模式 whose type has the size; Care when there is none.
func CareOf(size int) Display {
	for _, d := range Cares {
		if d.Size() == size {
			return d
		}
	}
	return Care
}
