package id.saksi.app.look

import androidx.compose.foundation.shape.RoundedCornerShape
import androidx.compose.material3.Shapes
import androidx.compose.material3.Typography
import androidx.compose.ui.text.TextStyle
import androidx.compose.ui.text.font.FontWeight
import androidx.compose.ui.unit.dp
import androidx.compose.ui.unit.sp

private fun style(size: Int, line: Int, weight: FontWeight = FontWeight.Normal) =
    TextStyle(fontSize = size.sp, lineHeight = line.sp, fontWeight = weight, letterSpacing = 0.sp)

/** Nothing is smaller than 14, what has to be read is 18, and amounts are read at arm's length. */
val Type = Typography(
    displayLarge = style(44, 50, FontWeight.Bold).copy(fontFeatureSettings = "tnum"),
    displayMedium = style(34, 40, FontWeight.Bold).copy(fontFeatureSettings = "tnum"),
    headlineLarge = style(28, 34, FontWeight.Bold),
    headlineMedium = style(24, 30, FontWeight.Bold),
    titleLarge = style(20, 26, FontWeight.SemiBold),
    titleMedium = style(18, 24, FontWeight.SemiBold),
    bodyLarge = style(18, 26),
    bodyMedium = style(16, 23),
    bodySmall = style(14, 20),
    labelLarge = style(18, 24, FontWeight.SemiBold),
    labelMedium = style(15, 20, FontWeight.SemiBold),
    labelSmall = style(14, 18, FontWeight.Medium),
)

/** Soft corners, the larger the part. */
val Corners = Shapes(
    small = RoundedCornerShape(12.dp),
    medium = RoundedCornerShape(16.dp),
    large = RoundedCornerShape(22.dp),
    extraLarge = RoundedCornerShape(28.dp),
)
