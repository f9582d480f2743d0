# SPDX-License-Identifier: GPL-2.0
# Latency over percentiles, a line for each backend.
# Needs: data, picture_title, picture_source, unit, low, high, ticks, series, names[], colours[],
#        dashes[], widths[].
# A block of the data is a backend: 1 / (1 - percentile), latency.
load 'data/style.gp'
set logscale xy
set xrange [2:1000]
set xtics ('50 %%' 2, '75 %%' 4, '90 %%' 10, '95 %%' 20, '99 %%' 100, '99.5 %%' 200, '99.9 %%' 1000)
set yrange [low:high]
eval 'set ytics ('.ticks.')'
set xlabel 'share of latencies that were not longer'
set ylabel 'latency, '.unit
plot for [i = 1:series] data index i - 1 using 1:2 with lines \
	lc rgb colours[i] dt dashes[i] lw widths[i] title names[i]
