#include "DefaultWeights.h"
