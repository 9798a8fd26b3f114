package idcard

// Type is the code of a kind of identity document (身份证件类型).
type Type string

// The kinds of documents.
const (
	ResidentID       Type = "201" // 居民身份证
	Passport         Type = "208" // 外国护照
	HKMacauPass      Type = "210" // 港澳居民来往内地通行证
	TaiwanPass       Type = "213" // 台湾居民来往大陆通行证
	ChinesePassport  Type = "227" // 中国护照
	ForeignPermanent Type = "233" // 外国人永久居留身份证
	HKMacauResidence Type = "237" // 港澳居民居住证
	TaiwanResidence  Type = "238" // 台湾居民居住证
)

// Types lists the kinds in the order in which people choose from them.
func Types() []Type {
	return []Type{
		ResidentID, HKMacauPass, TaiwanPass, HKMacauResidence, TaiwanResidence,
		Passport, ForeignPermanent, ChinesePassport,
	}
}

// Label is the document's Chinese name, or "" for an unknown code.
func (t Type) Label() string {
	switch t {
	case ResidentID:
		return "居民身份证"
	case Passport:
		return "外国护照"
	case HKMacauPass:
		return "港澳居民来往内地通行证"
	case TaiwanPass:
		return "台湾居民来往大陆通行证"
	case ChinesePassport:
		return "中国护照"
	case ForeignPermanent:
		return "外国人永久居留身份证"
	case HKMacauResidence:
		return "港澳居民居住证"
	case TaiwanResidence:
		return "台湾居民居住证"
	}
	return ""
}

// Valid tells whether the code is one of Types.
func (t Type) Valid() bool { return t.Label() != "" }
