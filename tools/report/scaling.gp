# SPDX-License-Identifier: GPL-2.0
# Cost over CPUs, a line for each backend.
# Needs: data, picture_title, picture_source, unit, low, high, ticks, cpu_ticks, first_cpus,
#        last_cpus, series, names[], colours[], dashes[], points[], widths[].
# A block of the data is a backend: CPUs, cost.
load 'data/style.gp'
set logscale x 2
set logscale y
set xrange [first_cpus / 1.12:last_cpus * 1.12]
eval 'set xtics ('.cpu_ticks.')'
set yrange [low:high]
eval 'set ytics ('.ticks.')'
set xlabel 'CPUs in use at once'
set ylabel unit.' per operation on each CPU'
plot for [i = 1:series] data index i - 1 using 1:2 with linespoints \
	lc rgb colours[i] dt dashes[i] pt points[i] lw widths[i] ps 0.9 title names[i]
