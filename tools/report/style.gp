# SPDX-License-Identifier: GPL-2.0
# The common settings of all pictures. Loaded by the other templates.
reset
set encoding utf8
set border 3 lc rgb '#404040'
set tics nomirror out textcolor rgb '#202020'
set grid lc rgb '#b0b0b0' lw 1 dt 1
set title picture_title."\n".picture_source offset 0, 0.3
set key outside right center Left reverse samplen 2.5 spacing 1.25
