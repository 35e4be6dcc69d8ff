META
key;value
description;Budget de la ville
country;Tunisia
unit;Kelibia
instance;2025
num_projects;4
num_votes;6
budget;120000.500
vote_type;approval
rule;equalshares/add1
currency;TND
min_project_score_threshold;2

PROJECTS
project_id;name;cost;votes;target
01;Éclairage "solaire" de la corniche;45000.250;3;adults
1;"Parc; et jeux";60000;2;children
B/4;"Le ""grand"" marché";30000.0;4;adults,elderly
Z;حديقة;12000;0;
VOTES
voter_id;age;sex;vote;voting_method
a;34;F;01,1;internet
b;;M;01,B/4;paper
E12;19;F;B/4;internet
4;70;;B/4,1,B/4;internet
5;22;O;;paper
6;41;M;01,B/4;internet