# SPDX-License-Identifier: GPL-2.0
# Bars by backend, a panel for each workload, each with its own scale.
# Needs: data, picture_title, picture_source, panels, panel_columns, panel_lines, bars, top, bottom,
#        gap, key_height, legend_colours, titles[], units[], loops[], most[], ticks[].
# A block of the data is a panel: index, name, cost, label, colour.
load 'data/style.gp'
unset key
unset title
set multiplot layout panel_lines, panel_columns title picture_title."\n".picture_source \
	margins screen 0.15, 0.97, bottom, top spacing screen 0.19, gap
set style fill solid noborder
set grid noytics
# Draw the key below all panels ourselves: the panels would split gnuplot's.
array key_names[4] = ['kpool', 'kpool, variants', 'others', 'empty loop']
array key_places[4] = [0.2, 0.35, 0.55, 0.7]
do for [i = 1:4] {
	set label i key_names[i] at screen key_places[i] + 0.035, screen key_height left
	if (i < 4) {
		set object i rectangle center screen key_places[i] + 0.015, screen key_height \
			size screen 0.025, screen key_height * 0.6 \
			fs solid noborder fc rgb int(word(legend_colours, i))
	} else {
		set arrow 2 from screen key_places[i], screen key_height \
			to screen key_places[i] + 0.028, screen key_height \
			nohead dt 2 lc rgb '#000000'
	}
}
set ytics scale 0
do for [panel = 1:panels] {
	set title titles[panel] offset 0, -0.5
	set xlabel units[panel].' per operation' offset 0, 0.3
	set xrange [0:most[panel] * 1.22]
	set xtics 0, ticks[panel]
	set yrange [bars - 0.4:-0.6]
	if (loops[panel] >= 0) {
		set arrow 1 from first loops[panel], graph 0 to first loops[panel], graph 1 \
			nohead front dt 2 lc rgb '#000000'
	} else {
		unset arrow 1
	}
	plot data index panel - 1 using ($3 / 2):1:($3 / 2):(0.36):5:ytic(2) \
		with boxxyerror lc rgb variable notitle, \
		'' index panel - 1 using 3:1:4 with labels left offset 0.4, 0 notitle
	# The key is drawn once, with the first panel.
	unset label
	unset object
	unset arrow 2
}
unset multiplot
