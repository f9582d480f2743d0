# SPDX-License-Identifier: GPL-2.0
# Memory over time, a line for each backend, and a dashed one for the hog in the same run.
# Needs: data, picture_title, picture_source, series, names[], colours[], points[], widths[],
#        killed[].
# A block of the data is a backend: seconds, MiB held, MiB of the hog.
load 'data/style.gp'
set xlabel 'time since the hog started, s'
set ylabel 'memory, MiB'
set xrange [0:*]
set yrange [0:*]
set offsets 0, 0, graph 0.03, 0
plot for [i = 1:series] data index i - 1 using 1:3 with lines \
		lc rgb colours[i] dt 2 lw 1 notitle, \
	for [i = 1:series] data index i - 1 using 1:2 with linespoints \
		lc rgb colours[i] pt points[i] pi -12 ps 0.8 lw widths[i] title names[i].killed[i], \
	keyentry with lines dt 2 lc rgb '#404040' title 'the hog in the same run'
