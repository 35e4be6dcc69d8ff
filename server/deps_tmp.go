package main

import (
	_ "github.com/PuerkitoBio/goquery"
	_ "github.com/a-h/templ"
	_ "github.com/andybalholm/brotli"
	_ "github.com/blevesearch/snowballstem/arabic"
	_ "github.com/blevesearch/snowballstem/french"
	_ "github.com/chromedp/chromedp"
	_ "github.com/coreos/go-oidc/v3/oidc"
	_ "github.com/emersion/go-smtp"
	_ "github.com/go-playground/validator/v10"
	_ "github.com/go-text/typesetting/shaping"
	_ "github.com/gofiber/fiber/v2"
	_ "github.com/leonelquinteros/gotext"
	_ "github.com/luikyv/go-oidc/pkg/provider"
	_ "github.com/markbates/goth/providers/facebook"
	_ "github.com/markbates/goth/providers/google"
	_ "github.com/markbates/goth/providers/openidConnect"
	_ "github.com/prometheus/client_golang/prometheus/promhttp"
	_ "github.com/wneessen/go-mail"
	_ "go.mongodb.org/mongo-driver/v2/mongo"
	_ "golang.org/x/image/draw"
	_ "golang.org/x/sync/singleflight"
	_ "golang.org/x/text/unicode/norm"
	_ "gopkg.in/yaml.v3"
	_ "modernc.org/sqlite"
	_ "rsc.io/qr"
)

func main() {}
