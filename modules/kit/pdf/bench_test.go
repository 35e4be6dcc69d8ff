package pdf_test

import (
	"fmt"
	"io"
	"testing"
)

// BenchmarkSignatureList measures a whole petition file with its signatures.
func BenchmarkSignatureList(b *testing.B) {
	for _, n := range []int{100, 1000, 1248, 10000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.ReportAllocs()
			var size int64
			pages := 0
			for b.Loop() {
				d := petition(n)
				var err error
				if size, err = d.WriteTo(io.Discard); err != nil {
					b.Fatal(err)
				}
				pages = d.Pages()
			}
			b.ReportMetric(float64(size)/1000, "KB/file")
			b.ReportMetric(float64(pages), "pages")
		})
	}
}
