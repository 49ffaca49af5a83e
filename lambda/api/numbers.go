package api

import (
	"math"
	"reflect"
	"strconv"
	"strings"
)

// limits are the least and the greatest number of a Go type, or empty if it is
// none of numbers.
func limits(t reflect.Type) (least, most string) {
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
		most = strconv.FormatFloat(math.MaxFloat32, 'g', -1, 32)
		return "-" + most, most
	case reflect.Float64, reflect.Interface: // Which holds a float64.
		most = strconv.FormatFloat(math.MaxFloat64, 'g', -1, 64)
		return "-" + most, most
	}
	return "", ""
}

// outside says, as the schema's bounds do, on which side of the range from least
// to most a number is.
func outside(number, least, most string) string {
	if strings.HasPrefix(number, "-") {
		return "must be " + least + " or more"
	}
	return "must be " + most + " or less"
}
