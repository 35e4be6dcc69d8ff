package file

import "encoding/binary"

// jpegFacts is what the headers of a JPEG say, before it is decoded.
type jpegFacts struct {
	orientation int  // EXIF: 1 to 8; 1 is upright
	progressive bool // decoded over the whole picture many times
	scans       int
	samples     float64 // per point: 1 grey, 1.5 to 3 colour, 4 print
}

// readJPEG walks the segments of a JPEG. Broken ones end the walk; the decoder
// will say so.
func readJPEG(data []byte) jpegFacts {
	f := jpegFacts{orientation: 1, samples: 3}
	for i := 2; i+4 <= len(data); {
		if data[i] != 0xff {
			i++ // within the picture's own bytes
			continue
		}
		marker := data[i+1]
		if marker == 0xff || marker == 0 || marker == 1 || marker >= 0xd0 && marker <= 0xd8 {
			i++ // filling, an escaped 255, or a marker without a segment
			continue
		}
		if marker == 0xd9 { // the end: what is behind it is not the picture
			return f
		}
		size := int(binary.BigEndian.Uint16(data[i+2:]))
		if size < 2 || i+2+size > len(data) {
			return f
		}
		f.segment(marker, data[i+4:i+2+size])
		i += 2 + size
	}
	return f
}

func (f *jpegFacts) segment(marker byte, body []byte) {
	switch marker {
	case 0xc0, 0xc1, 0xc2:
		f.progressive = marker == 0xc2
		f.samples = sampling(body)
	case 0xda:
		f.scans++
	case 0xe1:
		if len(body) > 6 && string(body[:6]) == "Exif\x00\x00" {
			f.orientation = orientation(body[6:])
		}
	}
}

// sampling reads a frame header: how many samples are kept for each point.
func sampling(frame []byte) float64 {
	if len(frame) < 6 || len(frame) < 6+3*int(frame[5]) {
		return 4
	}
	var all, wide, high int
	for c := range int(frame[5]) {
		hv := frame[6+3*c+1]
		h, v := int(hv>>4), int(hv&15)
		all += h * v
		wide, high = max(wide, h), max(high, v)
	}
	if wide*high == 0 {
		return 4
	}
	return float64(all) / float64(wide*high)
}

// orientation reads EXIF's Orientation from a TIFF block: how the camera was
// held. 1 when it does not say.
func orientation(tiff []byte) int {
	if len(tiff) < 8 {
		return 1
	}
	var order binary.ByteOrder = binary.LittleEndian
	switch string(tiff[:4]) {
	case "II*\x00":
	case "MM\x00*":
		order = binary.BigEndian
	default:
		return 1
	}
	at := uint64(order.Uint32(tiff[4:]))
	if at+2 > uint64(len(tiff)) {
		return 1
	}
	entries := tiff[at+2:]
	for range int(order.Uint16(tiff[at:])) {
		if len(entries) < 12 {
			return 1
		}
		const tag, short = 0x0112, 3
		if order.Uint16(entries) == tag && order.Uint16(entries[2:]) == short {
			if o := int(order.Uint16(entries[8:])); o >= 1 && o <= 8 {
				return o
			}
			return 1
		}
		entries = entries[12:]
	}
	return 1
}
