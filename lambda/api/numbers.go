package api

import (
	"math"
	"reflect"
	"strconv"
	"strings"
)

// rangeOf returns the lowest and the highest number of a Go type. Both are empty if
// the type is not a number's.
func rangeOf(t reflect.Type) (lowest, highest string) {
	if t == nil {
		return "", ""
	}
	switch t.Kind() {
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		shift := 64 - t.Bits()
		return strconv.FormatInt(math.MinInt64>>shift, 10), strconv.FormatInt(math.MaxInt64>>shift, 10)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		return "0", strconv.FormatUint(math.MaxUint64>>(64-t.Bits()), 10)
	case reflect.Float32:
		highest = strconv.FormatFloat(math.MaxFloat32, 'g', -1, 32)
		return "-" + highest, highest
	case reflect.Float64, reflect.Interface: // JSON numbers in an any are float64.
		highest = strconv.FormatFloat(math.MaxFloat64, 'g', -1, 64)
		return "-" + highest, highest
	}
	return "", ""
}

// outOfRange tells which bound of a range a number exceeds, in huma's words for the
// bounds of a schema.
func outOfRange(number, lowest, highest string) string {
	if strings.HasPrefix(number, "-") {
		return "must be " + lowest + " or more"
	}
	return "must be " + highest + " or less"
}
