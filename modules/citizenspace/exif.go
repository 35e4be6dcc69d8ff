package citizenspace

import (
	"bytes"
	"encoding/binary"
	"io"
)

// positionIn reads the position that a camera wrote into the Exif part of a JPEG
// picture, in degrees. It is asked only when who sends the photo ticked that they
// want it; what is kept of the picture has none.
func positionIn(r io.Reader) (lat, lng float64, ok bool) {
	data, err := io.ReadAll(r)
	if err != nil || len(data) < 4 || data[0] != 0xff || data[1] != 0xd8 {
		return 0, 0, false
	}
	for at := 2; at+4 <= len(data) && data[at] == 0xff; {
		length := int(binary.BigEndian.Uint16(data[at+2:]))
		end := at + 2 + length
		if data[at+1] == 0xda || length < 2 || end > len(data) { // the picture itself begins
			break
		}
		if part := data[at+4 : end]; data[at+1] == 0xe1 && bytes.HasPrefix(part, []byte("Exif\x00\x00")) {
			return tiff(part[6:]).position()
		}
		at = end
	}
	return 0, 0, false
}

// tiff is the body of an Exif part. Every offset in it is checked: it comes from
// somebody's file.
type tiff []byte

const (
	tagGPS    = 0x8825
	gpsLatRef = 1
	gpsLat    = 2
	gpsLngRef = 3
	gpsLng    = 4
)

func (t tiff) order() (binary.ByteOrder, bool) {
	if len(t) < 8 {
		return nil, false
	}
	switch string(t[:2]) {
	case "II":
		return binary.LittleEndian, true
	case "MM":
		return binary.BigEndian, true
	}
	return nil, false
}

// entry returns the four bytes of the value field of a tag of the directory at an offset.
func (t tiff) entry(o binary.ByteOrder, dir uint32, tag uint16) ([]byte, bool) {
	if uint64(dir)+2 > uint64(len(t)) {
		return nil, false
	}
	n := int(o.Uint16(t[dir:]))
	for i := range n {
		at := uint64(dir) + 2 + uint64(i)*12
		if at+12 > uint64(len(t)) {
			return nil, false
		}
		if o.Uint16(t[at:]) == tag {
			return t[at+8 : at+12], true
		}
	}
	return nil, false
}

func (t tiff) position() (lat, lng float64, ok bool) {
	o, ok := t.order()
	if !ok {
		return 0, 0, false
	}
	value, ok := t.entry(o, o.Uint32(t[4:]), tagGPS)
	if !ok {
		return 0, 0, false
	}
	dir := o.Uint32(value)
	lat, ok1 := t.degrees(o, dir, gpsLat, gpsLatRef, 'S')
	lng, ok2 := t.degrees(o, dir, gpsLng, gpsLngRef, 'W')
	return lat, lng, ok1 && ok2 && inTheCountries(lat, lng)
}

// degrees reads degrees, minutes and seconds, three fractions of two numbers each.
func (t tiff) degrees(o binary.ByteOrder, dir uint32, tag, ref uint16, negative byte) (float64, bool) {
	value, ok := t.entry(o, dir, tag)
	if !ok {
		return 0, false
	}
	at := uint64(o.Uint32(value))
	if at+24 > uint64(len(t)) {
		return 0, false
	}
	var sum float64
	for i, unit := range []float64{1, 60, 3600} {
		n, d := o.Uint32(t[at+uint64(i)*8:]), o.Uint32(t[at+uint64(i)*8+4:])
		if d == 0 {
			return 0, false
		}
		sum += float64(n) / float64(d) / unit
	}
	if side, ok := t.entry(o, dir, ref); ok && side[0] == negative {
		sum = -sum
	}
	return sum, true
}
