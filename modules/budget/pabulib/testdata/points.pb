META
description;An older file without the header of META
budget;1000
vote_type;cumulative
max_sum_points;5
PROJECTS
project_id;cost
A;400
B;350.5
C;300
VOTES
voter_id;vote;points
1;A,B;3,2
2;C,A;5,0
3;B;4
