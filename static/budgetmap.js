// Maps of proposals. The list and the boxes for a point stand beside every map
// and say the same: without this script nothing is missing.
const L = globalThis.L || globalThis.leaflet;

for (const place of document.querySelectorAll("[data-map]")) {
	if (!L) {
		place.hidden = true;
		continue;
	}
	const points = [...place.querySelectorAll("a[data-lat]")].map((a) => ({ at: [Number(a.dataset.lat), Number(a.dataset.lng)], title: a.textContent, href: a.href }));
	const lat = document.querySelector('input[name="lat"]');
	const lng = document.querySelector('input[name="lng"]');
	const map = L.map(place, { keyboard: false });
	map.attributionControl.setPrefix("Leaflet");
	const color = getComputedStyle(place).getPropertyValue("--accent").trim() || "#0b575a";
	L.tileLayer(place.dataset.tiles, { attribution: place.dataset.attribution, maxZoom: 19 }).addTo(map);
	for (const p of points) {
		const dot = L.circleMarker(p.at, { radius: 8, color }).addTo(map);
		dot.bindTooltip(p.title);
		dot.on("click", () => location.assign(p.href));
	}
	const typed = () => (lat && lng && lat.value && lng.value ? [Number(lat.value), Number(lng.value)] : null);
	let chosen = null;
	const show = (at) => {
		chosen = chosen || L.circleMarker(at, { radius: 10, color }).addTo(map);
		chosen.setLatLng(at);
	};
	if (points.length > 1) {
		map.fitBounds(points.map((p) => p.at), { padding: [30, 30] });
	} else if (points.length === 1 || typed()) {
		map.setView(points.length ? points[0].at : typed(), 15);
	} else {
		map.setView([34.5, 1.5], 5);
	}
	if (typed()) show(typed());
	// The list beside says the same to whoever cannot see the map: nothing in it
	// is stopped at by keyboard.
	for (const a of place.querySelectorAll("a")) a.tabIndex = -1;
	if (lat && lng) {
		map.on("click", (e) => {
			lat.value = e.latlng.lat.toFixed(5);
			lng.value = e.latlng.lng.toFixed(5);
			show(e.latlng);
		});
	}
}
