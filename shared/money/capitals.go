package money

const (
	numerals = "零壹贰叁肆伍陆柒捌玖"
	wide     = 3 // bytes of every numeral
)

// Capitals writes the amount in Chinese capitals (大写) as on receipts:
// 1409.50 is 壹仟肆佰零玖元伍角, 1000 is 壹仟元整. A negative amount starts with 负.
func (f Fen) Capitals() string {
	sign, yuan, fen := f.split()
	s := ""
	if sign != "" {
		s = "负"
	}
	jiao, cent := fen/10, fen%10
	if yuan > 0 {
		s += whole(yuan) + "元"
	}
	switch {
	case yuan == 0 && fen == 0:
		return s + "零元整"
	case fen == 0:
		return s + "整"
	case jiao == 0 && yuan > 0:
		return s + "零" + numeral(cent) + "分"
	case jiao == 0:
		return s + numeral(cent) + "分"
	case cent > 0:
		return s + numeral(jiao) + "角" + numeral(cent) + "分"
	case yuan == 0:
		return s + numeral(jiao) + "角整"
	}
	return s + numeral(jiao) + "角"
}

func numeral(n uint64) string { return numerals[n*wide : (n+1)*wide] }

// whole writes n > 0 by its largest unit: what stands before it, the unit, and
// the rest, with one 零 where places between them are empty.
func whole(n uint64) string {
	for _, u := range []struct {
		size uint64
		name string
	}{{100_000_000, "亿"}, {10_000, "万"}, {1000, "仟"}, {100, "佰"}, {10, "拾"}} {
		if n < u.size {
			continue
		}
		s, rest := whole(n/u.size)+u.name, n%u.size
		if rest == 0 {
			return s
		}
		if rest < u.size/10 {
			s += "零"
		}
		return s + whole(rest)
	}
	return numeral(n)
}
