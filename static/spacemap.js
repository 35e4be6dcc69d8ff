// Maps of requests. The list, the boxes for a point and the streets to choose
// from stand beside every map and say the same: without this script nothing is
// missing. A map with a source asks for what it shows: counts by cell, single
// requests when one looks closely.
const L = globalThis.L || globalThis.leaflet;

for (const place of document.querySelectorAll("[data-map]")) {
	if (!L) {
		place.hidden = true;
		continue;
	}
	const points = [...place.querySelectorAll("a[data-lat]")].map((a) => ({ at: [Number(a.dataset.lat), Number(a.dataset.lng)], title: a.textContent, href: a.href }));
	const map = L.map(place, { keyboard: false });
	L.tileLayer(place.dataset.tiles, { attribution: place.dataset.attribution, maxZoom: 19 }).addTo(map);
	const marks = L.layerGroup().addTo(map);
	const dot = (at, title, href) => {
		const m = L.circleMarker(at, { radius: 8 }).addTo(marks);
		m.bindTooltip(title);
		if (href) m.on("click", () => location.assign(href));
	};
	for (const p of points) dot(p.at, p.title, p.href);
	const middle = place.dataset.lat ? [Number(place.dataset.lat), Number(place.dataset.lng)] : null;
	if (points.length > 1) map.fitBounds(points.map((p) => p.at), { padding: [30, 30], maxZoom: 15 });
	else if (points.length === 1) map.setView(points[0].at, 15);
	else map.setView(middle || [34.5, 1.5], middle ? 13 : 5);
	if (place.dataset.source) ask(place.dataset.source, map, marks, dot);
	choose(map);
}

// ask keeps the marks of a map those of the part that it shows.
function ask(source, map, marks, dot) {
	let asked = 0;
	const load = async () => {
		const mine = ++asked;
		const b = map.getBounds();
		const url = new URL(source, location.href);
		url.searchParams.set("bbox", [b.getSouth(), b.getWest(), b.getNorth(), b.getEast()].map((x) => x.toFixed(5)).join(","));
		url.searchParams.set("zoom", String(map.getZoom()));
		const answer = await fetch(url).catch(() => null);
		if (!answer || !answer.ok || mine !== asked) return;
		const seen = await answer.json();
		marks.clearLayers();
		for (const c of seen.clusters) {
			if (c.title) {
				dot([c.lat, c.lng], c.title, c.href);
				continue;
			}
			const size = 28 + Math.min(28, Math.round(Math.log10(c.n) * 12));
			const icon = L.divIcon({ className: "cluster", html: String(Number(c.n)), iconSize: [size, size] });
			L.marker([c.lat, c.lng], { icon, keyboard: false }).on("click", () => map.setView([c.lat, c.lng], map.getZoom() + 2)).addTo(marks);
		}
	};
	map.on("moveend", load);
	load();
}

// choose lets a click on the map of a form fill its boxes.
function choose(map) {
	const lat = document.querySelector('input[name="lat"]');
	const lng = document.querySelector('input[name="lng"]');
	if (!lat || !lng) return;
	let chosen = null;
	const show = (at) => {
		chosen = chosen || L.circleMarker(at, { radius: 10 }).addTo(map);
		chosen.setLatLng(at);
	};
	if (lat.value && lng.value) {
		const at = [Number(lat.value), Number(lng.value)];
		map.setView(at, 16);
		show(at);
	}
	map.on("click", (e) => {
		lat.value = e.latlng.lat.toFixed(5);
		lng.value = e.latlng.lng.toFixed(5);
		show(e.latlng);
	});
}
