"""How the articles of SQuAD 2.0's part A are divided; their titles are the tags of its cases.

Whatever is chosen (a threshold, a fusion, a recipe) is chosen on the development articles. The test
articles are asked once for each report. Every other article is for training.
"""

DEVELOPMENT = ("Huguenot", "Warsaw", "Packet_switching", "Force")
TEST = ("Normans", "Imperialism", "Immune_system", "Scottish_Parliament")
