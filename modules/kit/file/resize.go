package file

import (
	"image"

	"golang.org/x/image/draw"
)

// fit returns the picture in a size of at most side points. It first averages
// whole blocks, strip by strip, and then draws what is left, less than twice too
// large, at its size: as sharp as the costly filters, without their memory.
func fit(src image.Image, side int) *image.RGBA {
	w, h := src.Bounds().Dx(), src.Bounds().Dy()
	if f := max(w, h) / side; f >= 2 {
		src = average(src, f)
	}
	if most := max(w, h); most > side {
		w, h = max(1, w*side/most), max(1, h*side/most)
	}
	if rgba, ok := src.(*image.RGBA); ok && rgba.Bounds() == image.Rect(0, 0, w, h) {
		return rgba
	}
	dst := image.NewRGBA(image.Rect(0, 0, w, h))
	if src.Bounds().Dx() == w && src.Bounds().Dy() == h {
		draw.Draw(dst, dst.Bounds(), src, src.Bounds().Min, draw.Src)
	} else {
		draw.ApproxBiLinear.Scale(dst, dst.Bounds(), src, src.Bounds(), draw.Src, nil)
	}
	return dst
}

// average returns the picture f times smaller, each point the mean of a block
// (a smaller one at the right and the lower edge).
func average(src image.Image, f int) *image.RGBA {
	b := src.Bounds()
	dst := image.NewRGBA(image.Rect(0, 0, (b.Dx()+f-1)/f, (b.Dy()+f-1)/f))
	strip := image.NewRGBA(image.Rect(0, 0, b.Dx(), f))
	for y := range dst.Bounds().Dy() {
		rows := min(f, b.Dy()-y*f)
		draw.Draw(strip, image.Rect(0, 0, b.Dx(), rows), src, image.Pt(b.Min.X, b.Min.Y+y*f), draw.Src)
		for x := range dst.Bounds().Dx() {
			columns := min(f, b.Dx()-x*f)
			mean(dst.Pix[dst.PixOffset(x, y):], strip, x*f, columns, rows)
		}
	}
	return dst
}

// mean writes the mean of a block of the strip.
func mean(to []byte, strip *image.RGBA, left, columns, rows int) {
	var sum [4]int
	for row := range rows {
		at := strip.PixOffset(left, row)
		for _, p := range chunk4(strip.Pix[at : at+4*columns]) {
			sum[0] += int(p[0])
			sum[1] += int(p[1])
			sum[2] += int(p[2])
			sum[3] += int(p[3])
		}
	}
	n := columns * rows
	for i, s := range sum {
		to[i] = byte((s + n/2) / n)
	}
}

// chunk4 yields the points of a row.
func chunk4(pix []byte) func(func(int, []byte) bool) {
	return func(yield func(int, []byte) bool) {
		for i := 0; i+4 <= len(pix); i += 4 {
			if !yield(i, pix[i:i+4]) {
				return
			}
		}
	}
}

// upright turns and mirrors a picture as EXIF's orientation (1 to 8) asks.
func upright(src *image.RGBA, orientation int) *image.RGBA {
	if orientation <= 1 || orientation > 8 {
		return src
	}
	w, h := src.Bounds().Dx(), src.Bounds().Dy()
	dst := image.NewRGBA(image.Rect(0, 0, w, h))
	if orientation >= 5 { // it lies on its side
		dst = image.NewRGBA(image.Rect(0, 0, h, w))
	}
	for y := range h {
		for x := range w {
			tx, ty := x, y
			switch orientation {
			case 2: // mirrored
				tx = w - 1 - x
			case 3: // upside down
				tx, ty = w-1-x, h-1-y
			case 4: // upside down and mirrored
				ty = h - 1 - y
			case 5: // on its side and mirrored
				tx, ty = y, x
			case 6: // to be turned clockwise
				tx, ty = h-1-y, x
			case 7: // on its other side and mirrored
				tx, ty = h-1-y, w-1-x
			case 8: // to be turned anticlockwise
				tx, ty = y, w-1-x
			}
			copy(dst.Pix[dst.PixOffset(tx, ty):][:4], src.Pix[src.PixOffset(x, y):][:4])
		}
	}
	return dst
}
