package file

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"

	"musharaka/modules/kit/fault"

	"golang.org/x/image/webp"
	"golang.org/x/sync/semaphore"
)

// What pictures are kept as, in points of their longer side.
const (
	MaxSide   = 2000
	ThumbSide = 400
)

const (
	// maxPoints bounds the work: the largest phone cameras make 50 million.
	maxPoints = 60_000_000
	// maxLength bounds either side: nothing real is a line of a million points,
	// and what is drawn strip by strip costs by the length of a strip.
	maxLength = 32_000
	// maxDecoded bounds the memory of one picture while it is decoded; all
	// together may take a quarter more.
	maxDecoded = 160 << 20
	// maxScans bounds how often a progressive JPEG passes over itself; cameras
	// and programs make about ten.
	maxScans = 100
	// heavyPNG is the size from which a picture without transparency is tried
	// as JPEG as well: photographs come as PNG, too.
	heavyPNG = 512 << 10
)

// decoding is the memory that pictures may take at one time.
var decoding = semaphore.NewWeighted(maxDecoded + maxDecoded/4)

var decoders = map[string]struct {
	config func(io.Reader) (image.Config, error)
	decode func(io.Reader) (image.Image, error)
}{
	typeJPEG: {jpeg.DecodeConfig, jpeg.Decode},
	typePNG:  {png.DecodeConfig, png.Decode},
	typeGIF:  {gif.DecodeConfig, gif.Decode}, // the first picture of a moving one
	typeWebP: {webp.DecodeConfig, webp.Decode},
}

// rendering is a picture as it is kept.
type rendering struct {
	kind          string
	data          []byte
	width, height int
}

// redraw decodes a picture of the sniffed type and writes it anew, upright and
// no larger than MaxSide, with its thumbnail. Invalid when it cannot be decoded
// or would cost too much; Unavailable when ctx ends while it waits its turn.
func redraw(ctx context.Context, kind string, data []byte) (full, thumb rendering, err error) {
	cost, turn, err := reckon(kind, data)
	if err != nil {
		return full, thumb, err
	}
	if err := decoding.Acquire(ctx, cost); err != nil {
		return full, thumb, fault.New(fault.Unavailable, "").Because("file.redraw", err)
	}
	defer decoding.Release(cost)
	img, err := decode(kind, data)
	if err != nil {
		return full, thumb, damaged(err)
	}
	small := upright(fit(img, MaxSide), turn)
	img = nil // its memory is the largest part
	if full, err = encode(small, kind != typeJPEG && kind != typeWebP, 85); err != nil {
		return full, thumb, fault.Wrap("file.redraw", err)
	}
	thumb, err = encode(fit(small, ThumbSide), false, 80)
	return full, thumb, fault.Wrap("file.redraw", err)
}

// reckon returns what it will cost to decode a picture, in bytes, and how it
// must be turned, from its header alone.
func reckon(kind string, data []byte) (cost int64, turn int, err error) {
	config, err := guarded(func() (image.Config, error) { return decoders[kind].config(bytes.NewReader(data)) })
	if err != nil || config.Width <= 0 || config.Height <= 0 {
		return 0, 0, damaged(err)
	}
	if config.Width > maxLength || config.Height > maxLength {
		return 0, 0, damaged(fmt.Errorf("%d × %d points", config.Width, config.Height))
	}
	perPoint, turn := pointSize(config.ColorModel), 1
	if kind == typeJPEG {
		facts := readJPEG(data)
		perPoint, turn = facts.samples, facts.orientation
		if facts.progressive {
			perPoint *= 5 // all coefficients are held, four bytes each
		}
		if facts.scans > maxScans {
			return 0, 0, damaged(fmt.Errorf("%d scans", facts.scans))
		}
	}
	points := int64(config.Width) * int64(config.Height)
	cost = int64(float64(points) * perPoint)
	if points > maxPoints || cost > maxDecoded {
		return 0, 0, fault.New(fault.Invalid, "This picture has too many points: {n} million. Please make it smaller and send it again.",
			"n", (points+999_999)/1_000_000)
	}
	return cost, turn, nil
}

// pointSize returns the bytes one decoded point takes.
func pointSize(m color.Model) float64 {
	switch m {
	case color.GrayModel:
		return 1
	case color.Gray16Model:
		return 2
	case color.RGBA64Model, color.NRGBA64Model:
		return 8
	case color.YCbCrModel:
		return 3
	}
	if _, indexed := m.(color.Palette); indexed {
		return 1
	}
	return 4
}

func decode(kind string, data []byte) (image.Image, error) {
	return guarded(func() (image.Image, error) { return decoders[kind].decode(bytes.NewReader(data)) })
}

// guarded turns a panic of a decoder into an error: what it reads is anybody's.
func guarded[T any](do func() (T, error)) (result T, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("the decoder panicked: %v", p)
		}
	}()
	return do()
}

func damaged(cause error) error {
	if cause == nil {
		cause = errors.New("it has no points")
	}
	return fault.New(fault.Invalid, "This picture is damaged or not complete. Please send it again.").Because("file.redraw", cause)
}

// encode writes a picture: as PNG when it has transparent points, or when it is
// to stay sharp and is not heavy; as JPEG otherwise.
func encode(img *image.RGBA, sharp bool, quality int) (rendering, error) {
	r := rendering{width: img.Bounds().Dx(), height: img.Bounds().Dy()}
	var asPNG, asJPEG bytes.Buffer
	opaque := img.Opaque()
	if sharp || !opaque {
		if err := (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(&asPNG, img); err != nil {
			return r, err
		}
		if !opaque || asPNG.Len() <= heavyPNG {
			r.kind, r.data = typePNG, asPNG.Bytes()
			return r, nil
		}
	}
	if err := jpeg.Encode(&asJPEG, img, &jpeg.Options{Quality: quality}); err != nil {
		return r, err
	}
	if r.kind, r.data = typeJPEG, asJPEG.Bytes(); asPNG.Len() > 0 && asPNG.Len() <= asJPEG.Len() {
		r.kind, r.data = typePNG, asPNG.Bytes()
	}
	return r, nil
}
