package citizenspace

import (
	"bytes"
	"encoding/binary"
	"math"
	"testing"
)

// photo makes the head of a JPEG picture whose Exif part names a position.
func photo(o binary.AppendByteOrder, order string) []byte {
	var t []byte
	u16 := func(v uint16) { t = o.AppendUint16(t, v) }
	u32 := func(v uint32) { t = o.AppendUint32(t, v) }
	t = append(t, order...)
	u16(42)
	u32(8)
	u16(1) // one entry: where the position stands
	u16(tagGPS)
	u16(4)
	u32(1)
	u32(26)
	u32(0)
	u16(4) // at 26: four entries
	for _, e := range []struct {
		tag   uint16
		value uint32
		ref   string
	}{{gpsLatRef, 0, "N"}, {gpsLat, 80, ""}, {gpsLngRef, 0, "E"}, {gpsLng, 104, ""}} {
		u16(e.tag)
		u16(5)
		u32(3)
		if e.ref != "" {
			t = append(t, e.ref[0], 0, 0, 0)
		} else {
			u32(e.value)
		}
	}
	u32(0)
	for _, v := range []uint32{36, 1, 5, 1, 6, 1, 9, 1, 22, 1, 12, 1} { // at 80 and 104
		u32(v)
	}
	part := append([]byte("Exif\x00\x00"), t...)
	out := []byte{0xff, 0xd8, 0xff, 0xe1}
	out = binary.BigEndian.AppendUint16(out, uint16(len(part)+2))
	return append(append(out, part...), 0xff, 0xda)
}

func TestThePositionOfAPhotoIsRead(t *testing.T) {
	for _, data := range [][]byte{photo(binary.LittleEndian, "II"), photo(binary.BigEndian, "MM")} {
		lat, lng, ok := positionIn(bytes.NewReader(data))
		if !ok || math.Abs(lat-36.085) > 1e-6 || math.Abs(lng-9.37) > 1e-6 {
			t.Errorf("read %f, %f, %v", lat, lng, ok)
		}
		for cut := range data { // whatever is missing, nothing is read that is not there
			_, _, _ = positionIn(bytes.NewReader(data[:cut]))
		}
		for i := range data {
			spoilt := bytes.Clone(data)
			spoilt[i] = 0xff
			_, _, _ = positionIn(bytes.NewReader(spoilt))
		}
	}
	if _, _, ok := positionIn(bytes.NewReader([]byte("no picture"))); ok {
		t.Error("a text has a position")
	}
}
