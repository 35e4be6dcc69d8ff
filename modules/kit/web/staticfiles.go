package web

import (
	"net/url"

	"musharaka/static"

	"github.com/gofiber/fiber/v2"
)

func escape(s string) string { return url.QueryEscape(s) }

// serveStatic serves the embedded files under their content-hashed names, which
// may be kept for ever.
func (s *Site) serveStatic() {
	s.Plain(fiber.MethodGet, "/static/*", Public, func(c *Ctx) error {
		file, ok := static.Open(c.Path())
		if !ok {
			return errNoPage
		}
		c.Set(fiber.HeaderContentType, file.Type)
		c.Set(fiber.HeaderCacheControl, file.CacheControl())
		c.Set(fiber.HeaderETag, file.ETag)
		c.Set(fiber.HeaderVary, fiber.HeaderAcceptEncoding)
		body := file.Plain
		switch accepted := c.Get(fiber.HeaderAcceptEncoding); {
		case takes(accepted, "br") && len(file.Brotli) > 0:
			c.Set(fiber.HeaderContentEncoding, "br")
			body = file.Brotli
		case takes(accepted, "gzip") && len(file.Gzip) > 0:
			c.Set(fiber.HeaderContentEncoding, "gzip")
			body = file.Gzip
		}
		c.Response().SetBodyRaw(body)
		return nil
	})
}
