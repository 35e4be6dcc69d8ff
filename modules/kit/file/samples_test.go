package file

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"encoding/hex"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"testing"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// corners is a picture whose quarters are, from the upper left, red, green,
// blue and white, so that one can see which way up it is.
func corners(w, h int) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			c := [4]color.RGBA{{255, 0, 0, 255}, {0, 255, 0, 255}, {0, 0, 255, 255}, {255, 255, 255, 255}}[2*min(1, 2*y/h)+min(1, 2*x/w)]
			img.SetRGBA(x, y, c)
		}
	}
	return img
}

// read back which colour lies in each quarter.
func quarters(t *testing.T, data []byte) string {
	t.Helper()
	img, _, err := image.Decode(bytes.NewReader(data))
	must(t, err)
	b := img.Bounds()
	var seen []byte
	for _, p := range []image.Point{{b.Dx() / 4, b.Dy() / 4}, {b.Dx() * 3 / 4, b.Dy() / 4}, {b.Dx() / 4, b.Dy() * 3 / 4}, {b.Dx() * 3 / 4, b.Dy() * 3 / 4}} {
		r, g, b, _ := img.At(p.X, p.Y).RGBA()
		switch {
		case r > 0xc000 && g > 0xc000 && b > 0xc000:
			seen = append(seen, 'w')
		case r > 0xa000:
			seen = append(seen, 'r')
		case g > 0xa000:
			seen = append(seen, 'g')
		default:
			seen = append(seen, 'b')
		}
	}
	return string(seen)
}

func asJPEG(t testing.TB, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	must(t, jpeg.Encode(&b, img, &jpeg.Options{Quality: 90}))
	return b.Bytes()
}

func asPNG(t testing.TB, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	must(t, png.Encode(&b, img))
	return b.Bytes()
}

func asGIF(t testing.TB, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	must(t, gif.Encode(&b, img, nil))
	return b.Bytes()
}

// tinyWebP is a lossless WebP of 1 × 1 point.
func tinyWebP(t testing.TB) []byte {
	t.Helper()
	data, err := hex.DecodeString("524946461a000000574542505650384c0d0000002f00000010071011118888fe0700")
	must(t, err)
	return data
}

// pdf is the smallest file that is one by all appearances.
func pdf(inside string) []byte {
	return []byte("%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n" + inside + "\nxref\n0 1\ntrailer << /Root 1 0 R >>\nstartxref\n9\n%%EOF\n")
}

// exif returns an APP1 segment that says how the camera was held and where.
func exif(order binary.AppendByteOrder, orientation uint16) []byte {
	tiff := []byte("II*\x00")
	if order == binary.AppendByteOrder(binary.BigEndian) {
		tiff = []byte("MM\x00*")
	}
	tiff = order.AppendUint32(tiff, 8)
	entries := [][4]uint32{{0x010f, 2, 4, 0}, {0x0112, 3, 1, uint32(orientation)}, {0x8825, 4, 1, 64}} // maker, orientation, GPS
	tiff = order.AppendUint16(tiff, uint16(len(entries)))
	for _, e := range entries {
		tiff = order.AppendUint16(tiff, uint16(e[0]))
		tiff = order.AppendUint16(tiff, uint16(e[1]))
		tiff = order.AppendUint32(tiff, e[2])
		if e[1] == 3 {
			tiff = order.AppendUint16(order.AppendUint16(tiff, uint16(e[3])), 0)
		} else {
			tiff = order.AppendUint32(tiff, e[3])
		}
	}
	tiff = append(order.AppendUint32(tiff, 0), "GPS 35.7595N 5.8340W"...)
	body := append([]byte("Exif\x00\x00"), tiff...)
	return append(binary.BigEndian.AppendUint16([]byte{0xff, 0xe1}, uint16(len(body)+2)), body...)
}

// withSegment puts a segment behind the first two bytes of a JPEG.
func withSegment(jpeg, segment []byte) []byte {
	return append(append(bytes.Clone(jpeg[:2]), segment...), jpeg[2:]...)
}

// pngBomb is a PNG of a few kilobytes that claims w × h points.
func pngBomb(t testing.TB, w, h uint32, depth, kind byte) []byte {
	t.Helper()
	out := []byte("\x89PNG\r\n\x1a\n")
	chunk := func(name string, body []byte) {
		out = binary.BigEndian.AppendUint32(out, uint32(len(body)))
		start := len(out)
		out = append(append(out, name...), body...)
		out = binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(out[start:]))
	}
	head := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, w), h)
	chunk("IHDR", append(head, depth, kind, 0, 0, 0))
	var packed bytes.Buffer
	z := zlib.NewWriter(&packed)
	_, err := z.Write(make([]byte, 1<<20))
	must(t, err)
	must(t, z.Close())
	chunk("IDAT", packed.Bytes())
	chunk("IEND", nil)
	return out
}
