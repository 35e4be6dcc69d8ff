package file

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"strings"
	"testing"

	"musharaka/modules/kit/fault"
)

func redrawn(t *testing.T, data []byte) (full, thumb rendering) {
	t.Helper()
	full, thumb, err := redraw(t.Context(), sniff(data), data)
	must(t, err)
	return full, thumb
}

func TestPicturesAreDrawnAnewInAKindThatSuitsThem(t *testing.T) {
	clear := image.NewNRGBA(image.Rect(0, 0, 60, 40))
	clear.SetNRGBA(1, 1, color.NRGBA{200, 0, 0, 128})
	noise := image.NewRGBA(image.Rect(0, 0, 600, 600))
	seed := uint32(1)
	for i := range noise.Pix {
		seed = seed*1664525 + 1013904223
		if noise.Pix[i] = byte(seed >> 24); i%4 == 3 {
			noise.Pix[i] = 255
		}
	}
	for name, c := range map[string]struct {
		data          []byte
		kind          string
		width, height int
	}{
		"JPEG":               {asJPEG(t, corners(60, 40)), typeJPEG, 60, 40},
		"large JPEG":         {asJPEG(t, corners(4100, 1000)), typeJPEG, 2000, 487},
		"slightly too large": {asJPEG(t, corners(1000, 2001)), typeJPEG, 999, 2000},
		"grey JPEG":          {asJPEG(t, image.NewGray(image.Rect(0, 0, 60, 40))), typeJPEG, 60, 40},
		"drawing as PNG":     {asPNG(t, corners(60, 40)), typePNG, 60, 40},
		"transparent PNG":    {asPNG(t, clear), typePNG, 60, 40},
		"photograph as PNG":  {asPNG(t, noise), typeJPEG, 600, 600},
		"GIF":                {asGIF(t, corners(60, 40)), typePNG, 60, 40},
		"WebP":               {tinyWebP(t), "", 1, 1},
		"a line":             {asPNG(t, corners(5000, 1)), typePNG, 2000, 1},
		"another line":       {asPNG(t, corners(1, 5000)), typePNG, 1, 2000},
	} {
		t.Run(name, func(t *testing.T) {
			full, thumb := redrawn(t, c.data)
			if c.kind != "" && full.kind != c.kind || full.width != c.width || full.height != c.height {
				t.Errorf("%s, %d × %d; want %s, %d × %d", full.kind, full.width, full.height, c.kind, c.width, c.height)
			}
			for _, r := range []rendering{full, thumb} {
				config, kind, err := image.DecodeConfig(bytes.NewReader(r.data))
				if err != nil || "image/"+kind != r.kind || config.Width != r.width || config.Height != r.height {
					t.Errorf("the bytes are %s, %d × %d, %v; the record says %s, %d × %d", kind, config.Width, config.Height, err, r.kind, r.width, r.height)
				}
			}
			if max(thumb.width, thumb.height) > ThumbSide {
				t.Errorf("thumbnail of %d × %d", thumb.width, thumb.height)
			}
		})
	}
}

func TestAPhotographIsTurnedUpright(t *testing.T) {
	// What the quarters of the stored picture become for each orientation.
	want := map[uint16]string{1: "rgbw", 2: "grwb", 3: "wbgr", 4: "bwrg", 5: "rbgw", 6: "brwg", 7: "wgbr", 8: "gwrb", 0: "rgbw", 9: "rgbw"}
	for o, quarter := range want {
		for _, order := range []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian} {
			full, _ := redrawn(t, withSegment(asJPEG(t, corners(80, 40)), exif(order, o)))
			if got := quarters(t, full.data); got != quarter {
				t.Errorf("orientation %d (%v): quarters %s, want %s", o, order, got, quarter)
			}
			if onSide := o >= 5 && o <= 8; onSide != (full.width == 40) {
				t.Errorf("orientation %d: %d × %d", o, full.width, full.height)
			}
		}
	}
}

func TestMetadataDoesNotSurvive(t *testing.T) {
	secret := "GPS 35.7595N 5.8340W"
	comment := append([]byte{0xff, 0xfe, 0, byte(len(secret) + 2)}, secret...)
	xmp := "http://ns.adobe.com/xap/1.0/\x00<x:xmpmeta>" + secret
	app1 := append(binary.BigEndian.AppendUint16([]byte{0xff, 0xe1}, uint16(len(xmp)+2)), xmp...)
	plain := asJPEG(t, corners(80, 40))
	text := asPNG(t, corners(80, 40))
	text = append(text, secret...)
	moving := gif.GIF{Image: []*image.Paletted{image.NewPaletted(image.Rect(0, 0, 9, 9), color.Palette{color.Black, color.White})}, Delay: []int{1}}
	var b bytes.Buffer
	must(t, gif.EncodeAll(&b, &moving))
	for name, data := range map[string][]byte{
		"EXIF with GPS": withSegment(plain, exif(binary.BigEndian, 6)),
		"XMP":           withSegment(plain, app1),
		"comment":       withSegment(plain, comment),
		"behind a JPEG": append(bytes.Clone(plain), secret...),
		"behind a PNG":  text,
		"behind a GIF":  append(b.Bytes(), secret...),
	} {
		if !bytes.Contains(data, []byte(secret)) {
			t.Fatalf("%s: the sample holds no secret", name)
		}
		full, thumb := redrawn(t, data)
		for _, r := range []rendering{full, thumb} {
			if bytes.Contains(r.data, []byte("GPS")) || bytes.Contains(r.data, []byte("Exif")) {
				t.Errorf("%s: it is still there", name)
			}
		}
	}
}

func TestBombsAreRefusedBeforeTheyAreDecoded(t *testing.T) {
	long := asJPEG(t, corners(64, 64))
	scan := bytes.Index(long, []byte{0xff, 0xda})
	end := scan + 2 + int(binary.BigEndian.Uint16(long[scan+2:]))
	scans := append(bytes.Clone(long[:scan]), bytes.Repeat(long[scan:end], 200)...)
	wide := asJPEG(t, corners(64, 64))
	frame := bytes.Index(wide, []byte{0xff, 0xc0})
	binary.BigEndian.PutUint16(wide[frame+5:], 30000)
	binary.BigEndian.PutUint16(wide[frame+7:], 30000)
	progressive := bytes.Clone(wide)
	progressive[frame+1] = 0xc2
	binary.BigEndian.PutUint16(progressive[frame+5:], 6000)
	binary.BigEndian.PutUint16(progressive[frame+7:], 6000)
	for name, data := range map[string][]byte{
		"PNG of 900 million points":           pngBomb(t, 30000, 30000, 8, 6),
		"PNG of 16 bits":                      pngBomb(t, 5000, 5000, 16, 6),
		"PNG that is a line without end":      pngBomb(t, 50_000_000, 1, 1, 0),
		"PNG of all numbers there are":        pngBomb(t, 0x7fffffff, 0x7fffffff, 8, 6),
		"JPEG of 900 million points":          wide,
		"progressive JPEG, 36 million points": progressive,
		"JPEG that passes over itself":        append(scans, 0xff, 0xd9),
	} {
		_, _, err := redraw(t.Context(), sniff(data), data)
		if message, _ := fault.Shown(err); !fault.Is(err, fault.Invalid) || message == "" {
			t.Errorf("%s: %v, want a refusal in words", name, err)
		}
		if cost, _, err := reckon(sniff(data), data); err == nil {
			t.Errorf("%s: reckoned at %d bytes and let through", name, cost)
		}
	}
}

func TestAnHonestPhotographOfFiftyMillionPointsPasses(t *testing.T) {
	big := asJPEG(t, corners(64, 64))
	frame := bytes.Index(big, []byte{0xff, 0xc0})
	binary.BigEndian.PutUint16(big[frame+5:], 6144)
	binary.BigEndian.PutUint16(big[frame+7:], 8160)
	if cost, _, err := reckon(typeJPEG, big); err != nil || cost != 6144*8160*3/2 {
		t.Errorf("reckoned at %d, %v", cost, err)
	}
}

func TestAPictureCutShortIsRefused(t *testing.T) {
	for name, data := range map[string][]byte{
		"JPEG": asJPEG(t, corners(200, 200)), "PNG": asPNG(t, corners(200, 200)),
		"GIF": asGIF(t, corners(200, 200)), "WebP": tinyWebP(t),
	} {
		for _, part := range []float64{0.3, 0.6, 0.9} {
			cut := data[:max(12, int(float64(len(data))*part))]
			_, _, err := redraw(t.Context(), sniff(cut), cut)
			if !fault.Is(err, fault.Invalid) {
				t.Errorf("%s cut to %d of %d bytes: %v, want invalid", name, len(cut), len(data), err)
			}
		}
	}
}

func TestPicturesWaitForEachOtherAndNotForEver(t *testing.T) {
	must(t, decoding.Acquire(t.Context(), maxDecoded+maxDecoded/4)) // others are at it
	hurry, cancel := context.WithCancel(t.Context())
	cancel()
	_, _, err := redraw(hurry, typeJPEG, asJPEG(t, corners(8, 8)))
	decoding.Release(maxDecoded + maxDecoded/4)
	if !fault.Is(err, fault.Unavailable) {
		t.Errorf("%v, want unavailable", err)
	}
	redrawn(t, asJPEG(t, corners(8, 8)))
}

func TestAPanickingDecoderIsADamagedPicture(t *testing.T) {
	_, err := guarded(func() (int, error) { panic("index out of range") })
	if err == nil || !strings.Contains(err.Error(), "index out of range") {
		t.Errorf("%v", err)
	}
}

func TestShrinkingKeepsTheMeanAndTheEdges(t *testing.T) {
	stripes := image.NewRGBA(image.Rect(0, 0, 4001, 10)) // every other column white: grey from afar
	for y := range 10 {
		for x := range 4001 {
			v := byte(255 * (x % 2))
			stripes.SetRGBA(x, y, color.RGBA{v, v, v, 255})
		}
	}
	small := fit(stripes, 1000)
	for _, x := range []int{1, 500, 998} {
		if c := small.RGBAAt(x, 1); c.R < 118 || c.R > 138 || c.A != 255 {
			t.Errorf("column %d is %v, want middle grey", x, c)
		}
	}
	if got := fmt.Sprint(small.Bounds()); got != "(0,0)-(1000,2)" {
		t.Errorf("bounds %s", got)
	}
}

func FuzzPictures(f *testing.F) {
	f.Add(asJPEG(f, corners(16, 16)))
	f.Add(withSegment(asJPEG(f, corners(16, 16)), exif(binary.LittleEndian, 6)))
	f.Add(asPNG(f, corners(16, 16)))
	f.Add(asGIF(f, corners(16, 16)))
	f.Add(tinyWebP(f))
	f.Add(pngBomb(f, 30000, 30000, 8, 6))
	f.Add(pdf(""))
	f.Fuzz(func(t *testing.T, data []byte) {
		full, thumb, err := prepare(t.Context(), data, Attachments)
		if err != nil {
			if message, _ := fault.Shown(err); message == "" {
				t.Fatalf("refused without words: %v", err)
			}
			return
		}
		if full.kind == typePDF {
			return
		}
		for _, r := range []rendering{full, thumb} {
			if r.kind != typeJPEG && r.kind != typePNG || sniff(r.data) != r.kind || max(r.width, r.height) > MaxSide {
				t.Fatalf("kept as %s of %d × %d", r.kind, r.width, r.height)
			}
		}
	})
}

func BenchmarkPhotograph(b *testing.B) {
	data := asJPEG(b, corners(4000, 3000))
	for b.Loop() {
		if _, _, err := redraw(b.Context(), typeJPEG, data); err != nil {
			b.Fatal(err)
		}
	}
}
