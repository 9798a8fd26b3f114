package banksim

import (
	"fmt"
	"strconv"
)

// SyntheticAccount is the n-th account number that stands for nobody's: 19 digits, of which
// the last is the check digit of ISO/IEC 7812-1 (Luhn).
func SyntheticAccount(n int) string {
	front := fmt.Sprintf("621799%012d", n)
	sum := 0
	for i := range len(front) {
		d := int(front[len(front)-1-i] - '0')
		if i%2 == 0 {
			d *= 2
		}
		sum += d/10 + d%10
	}
	return front + strconv.Itoa((10-sum%10)%10)
}
