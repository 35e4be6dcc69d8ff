package file

import (
	"bytes"

	"musharaka/modules/kit/fault"
)

const (
	typeJPEG = "image/jpeg"
	typePNG  = "image/png"
	typeGIF  = "image/gif"
	typeWebP = "image/webp"
	typePDF  = "application/pdf"
)

// sniff tells the type from the first bytes; "" is none that is accepted.
func sniff(data []byte) string {
	starts := func(s string) bool { return bytes.HasPrefix(data, []byte(s)) }
	switch {
	case starts("\xff\xd8\xff"):
		return typeJPEG
	case starts("\x89PNG\r\n\x1a\n"):
		return typePNG
	case starts("GIF87a"), starts("GIF89a"):
		return typeGIF
	case starts("RIFF") && len(data) >= 12 && string(data[8:12]) == "WEBP":
		return typeWebP
	case starts("%PDF-1."), starts("%PDF-2."): // at the very beginning: one behind other bytes may be two files in one
		return typePDF
	}
	return ""
}

// isHEIC recognises the format in which some phones keep photographs.
func isHEIC(data []byte) bool {
	if len(data) < 12 || string(data[4:8]) != "ftyp" {
		return false
	}
	switch string(data[8:12]) {
	case "heic", "heix", "hevc", "hevx", "mif1", "msf1", "heim", "heis":
		return true
	}
	return false
}

// checkPDF accepts what begins and ends as a PDF does: with a pointer to its
// table, the end mark, and nothing behind it. It does not look inside; a PDF is
// never shown in a page, only downloaded.
func checkPDF(data []byte) error {
	end := bytes.TrimRight(data, "\x00\t\n\f\r ")
	tail := end[max(0, len(end)-2048):]
	if !bytes.HasSuffix(end, []byte("%%EOF")) || !bytes.Contains(tail, []byte("startxref")) {
		return fault.New(fault.Invalid, "This PDF is damaged or not complete. Please send it again.")
	}
	return nil
}

// unknown says what would be accepted.
func unknown(data []byte, l Limits) error {
	switch {
	case l.Pictures && isHEIC(data):
		return fault.New(fault.Invalid, "This picture is in the HEIC format of some phones. Please save it as JPEG and send it again.")
	case l.Pictures && l.PDF:
		return fault.New(fault.Invalid, "This kind of file is not accepted. Please send a picture (JPEG, PNG, GIF or WebP) or a PDF.")
	case l.PDF:
		return fault.New(fault.Invalid, "This kind of file is not accepted. Please send a PDF.")
	default:
		return fault.New(fault.Invalid, "This kind of file is not accepted. Please send a picture (JPEG, PNG, GIF or WebP).")
	}
}
